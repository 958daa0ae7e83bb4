/*
 * One job, one log. While it runs: `<path>`, the pure text in whole lines, and `<path>.idx`, where each stretch of it came
 * from (log-index.ts). Finished and worth it: one compressed file `<path>.z` (log-blocks.ts).
 */
export { openLog, type LogWriter } from './log-write.ts'
export { followLog, grownLines, logLines, logSize, readLog, tailLog, type LogLine } from './log-read.ts'
export { searchLog, type LogExcerpt, type LogQuery } from './log-search.ts'
export { compactLog, healLog } from './log-heal.ts'
