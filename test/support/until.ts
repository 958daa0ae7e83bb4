/** Asks, every some milliseconds, until it is so. */
export async function until(condition: () => Promise<boolean>, everyMs = 10): Promise<void> {
  while (!await condition()) await new Promise(resolve => { setTimeout(resolve, everyMs) })
}
