/** How many turns of the event loop others get while something is done. */
export async function turnsDuring(action: () => Promise<unknown>): Promise<number> {
  let turns = 0
  let isOver = false
  const count = () => {
    turns++
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  await action()
  isOver = true
  return turns
}
