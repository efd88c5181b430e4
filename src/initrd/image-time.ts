/** Largest time that a newc header holds: 2106-02-07. */
const NEWC_LATEST = 0xffff_ffff;

/**
 * The one modification time of an image, in seconds: the given epoch, else noon UTC of the newest update's date (as iucode_tool has it),
 * else 0. Dates are `YYYY-MM-DD`; those that are no calendar dates are passed over.
 */
export function imageTime(sourceDateEpoch: number | undefined, dates: Iterable<string>): number {
  return Math.min(Math.max(sourceDateEpoch ?? newestNoon(dates), 0), NEWC_LATEST);
}

function newestNoon(dates: Iterable<string>): number {
  let newest = 0;
  for (const date of dates) {
    const noon = Date.parse(`${date}T12:00:00Z`) / 1000;
    if (noon > newest) newest = noon;
  }
  return newest;
}
