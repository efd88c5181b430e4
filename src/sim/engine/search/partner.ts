/** The program of the partner's thread. */
import { type MessagePort, workerData } from 'node:worker_threads';
import { assist, type PartnerTask } from './two-threads.ts';

const { task, port } = workerData as { readonly task: PartnerTask; readonly port: MessagePort };
try {
  port.postMessage(assist(task));
} catch (error) {
  port.postMessage({ failure: error instanceof Error ? error.message : String(error) });
}
port.close();
