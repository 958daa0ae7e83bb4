import type { Wrapped } from './wrapping.ts'

/** What is running, as far as the build tool announces it. */
export type Stage = 'javac' | 'javadoc' | 'other' | undefined

const gradleTask = /^> Task :?(?<path>[\w:.-]{1,300})/
const oldGradleTask = /^:(?<path>[\w:.-]{1,300})(?: [A-Z-]+)?$/
const mavenGoal = /^---+ (?<plugin>[\w.-]{1,100}):(?<version>[^:\s]{1,60}):(?<goal>[\w-]{1,60})\b/
const oldGoal = /^\[(?<plugin>[\w-]{1,60}):(?<goal>[\w-]{1,60})(?: \{.*\})?\]$/

/** Follows Maven's goals and Gradle's tasks. */
export class StageWatch {
  now: Stage

  see({ text, by, level }: Wrapped): void {
    const c = text.charCodeAt(0)
    if (c === 62 || c === 58) {
      const path = (c === 62 ? gradleTask : oldGradleTask).exec(text)?.groups?.path
      if (path !== undefined) this.now = stageOf(path.slice(path.lastIndexOf(':') + 1))
    } else if (by === 'maven' && level === 'note' && (c === 45 || c === 91)) {
      const goal = (c === 45 ? mavenGoal : oldGoal).exec(text)?.groups
      if (goal) this.now = /javadoc/.test(goal.plugin ?? '') ? 'javadoc' : 'other'
    } else if (c === 71 && /^Generating Javadoc\b/.test(text) || c === 67 && text.startsWith('Constructing Javadoc information') || c === 74 && text.startsWith('Javadoc Warnings') || c === 83 && text.startsWith('Standard Doclet version')) this.now = 'javadoc'
  }
}

function stageOf(task: string): Stage {
  return /javadoc/i.test(task) ? 'javadoc' : /^compile\w*Java(?:$|[A-Z])|JavaWithJavac$/.test(task) ? 'javac' : 'other'
}
