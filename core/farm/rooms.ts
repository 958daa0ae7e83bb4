import type { Runner } from '../run/job.ts'
import type { Access } from './access.ts'
import type { Changes } from './changes.ts'
import type { Work } from './work.ts'

/** What the use cases are made of. */
export interface Rooms { runner: Runner; access: Access; work: Work; changes: Changes }
