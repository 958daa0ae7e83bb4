import { trees as go } from './go.ts'
import { trees as python } from './python.ts'
import { trees as rust } from './rust.ts'
import { trees as script } from './script.ts'
import type { Tree } from './seeds.ts'
import { trees as shell } from './shell.ts'

/** The longest first. */
export const trees: readonly Tree[] = [...python, ...rust, ...script, ...shell, ...go]
