/** The partner of a search on a thread of its own. The searching thread never turns its event loop, so it waits for the port itself. */
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { Partner, PartnerReport, PartnerTask } from './two-threads.ts';

/** Milliseconds between looks at the port. */
const PATIENCE = 20;

/** Starts `program`, the compiled partner.ts, with the task. */
export const startPartnerThread =
  (program: string) =>
  (task: PartnerTask): Partner => {
    const { port1, port2 } = new MessageChannel();
    const worker = new Worker(program, { workerData: { task, port: port2 }, transferList: [port2] });
    worker.unref();
    return {
      report() {
        const sleep = new Int32Array(new SharedArrayBuffer(4));
        for (;;) {
          const received = receiveMessageOnPort(port1);
          if (received !== undefined) {
            port1.close();
            const message = received.message as PartnerReport | { readonly failure: string };
            if ('failure' in message) throw new Error(message.failure);
            return message;
          }
          Atomics.wait(sleep, 0, 0, PATIENCE);
        }
      },
    };
  };
