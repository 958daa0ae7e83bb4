/** What waits for a worker. `owner` is who it counts for: a project. */
export interface Task { id: string; owner: string; run(signal: AbortSignal): Promise<void> }

/**
 * At most `capacity` tasks at once, and fair: whoever was served longest ago comes next, however many tasks others have waiting.
 * Within one owner, first in, first out.
 */
export class Queue {
  readonly capacity: number
  readonly #waiting = new Map<string, Task[]>()
  readonly #running = new Map<string, { abort: AbortController; done: Promise<void> }>()
  #stopped = false

  constructor(capacity: number) {
    this.capacity = capacity
  }

  get running(): number { return this.#running.size }
  get queued(): number { return [...this.#waiting.values()].reduce((sum, tasks) => sum + tasks.length, 0) }

  /** A task must not throw: it has nobody to throw at. */
  add(task: Task): void {
    const tasks = this.#waiting.get(task.owner)
    if (tasks) tasks.push(task)
    else this.#waiting.set(task.owner, [task])
    this.#fill()
  }

  /** Whether it waits or runs. */
  has(id: string): boolean {
    return this.#running.has(id) || [...this.#waiting.values()].some(tasks => tasks.some(task => task.id === id))
  }

  /** Takes a waiting task out; false when it is not waiting. */
  remove(id: string): boolean {
    for (const [owner, tasks] of this.#waiting) {
      const at = tasks.findIndex(task => task.id === id)
      if (at < 0) continue
      tasks.splice(at, 1)
      if (tasks.length === 0) this.#waiting.delete(owner)
      return true
    }
    return false
  }

  /** Tells a running task to stop and waits until it has; undefined when it does not run. */
  abort(id: string, reason: string): Promise<void> | undefined {
    const running = this.#running.get(id)
    running?.abort.abort(reason)
    return running?.done
  }

  /** Starts nothing more. Running tasks have `graceMs`, then they are aborted. What waits keeps waiting, in the ledger. */
  async stop(graceMs: number, reason: string): Promise<void> {
    this.#stopped = true
    const all = () => Promise.allSettled([...this.#running.values()].map(one => one.done))
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>(resolve => { timer = setTimeout(resolve, graceMs) })
    await Promise.race([all(), late])
    clearTimeout(timer)
    for (const one of this.#running.values()) one.abort.abort(reason)
    await all()
  }

  #fill(): void {
    while (!this.#stopped && this.#running.size < this.capacity) {
      const task = this.#next()
      if (!task) return
      const abort = new AbortController()
      const done = task.run(abort.signal).finally(() => {
        this.#running.delete(task.id)
        this.#fill()
      })
      this.#running.set(task.id, { abort, done })
    }
  }

  /** The map's order is the order of service: who is served goes to its end. */
  #next(): Task | undefined {
    for (const [owner, tasks] of this.#waiting) {
      this.#waiting.delete(owner)
      const task = tasks.shift()
      if (tasks.length) this.#waiting.set(owner, tasks)
      if (task) return task
    }
    return undefined
  }
}
