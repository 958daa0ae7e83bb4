import { execFile } from 'node:child_process'
import { closeSync, constants, openSync, rmSync, unlinkSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeScratch } from './scratch.ts'

/*
 * Node gives its children socket pairs for pipes, and a socket cannot be opened again: `echo failed >/dev/stderr`, as
 * scripts say everywhere, ends with ENXIO. So the pipes of jobs are named ones, made by mkfifo a handful at a time and
 * used again and again, since after a job nobody is left who could hold one.
 */
let directory: Promise<string> | undefined
let made = 0
const idle: string[] = []

/** A pipe whose writing end is `writer`, to be given to a child and then closed. */
export interface Pipe { path: string; reader: number; writer: number }

export async function openPipe(): Promise<Pipe> {
  while (idle.length === 0) await makePipes(8)
  const path = idle.pop() as string
  try {
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    return { path, reader, writer: openSync(path, constants.O_WRONLY) }
  } catch (error) {
    // Somebody cleaned the temporary directory: start anew.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    idle.length = 0
    directory = undefined
    return openPipe()
  }
}

/** `clean` says that nobody holds the pipe any more. */
export function releasePipe(pipe: Pipe, clean: boolean): void {
  if (clean) idle.push(pipe.path)
  else try { unlinkSync(pipe.path) } catch { /* gone already */ }
}

async function makePipes(count: number): Promise<void> {
  directory ??= makeDirectory()
  const home = await directory
  const paths = Array.from({ length: count }, () => join(home, String(made++)))
  await promisify(execFile)('mkfifo', ['-m', '600', ...paths])
  idle.push(...paths)
}

async function makeDirectory(): Promise<string> {
  const home = await makeScratch('pipes')
  process.once('exit', () => rmSync(home, { recursive: true, force: true }))
  return home
}

/** `waits`: for who takes what was read, not for who writes. */
export interface PipeReader { ended: Promise<void>; waits(): boolean; destroy(): void }

/**
 * Reads a pipe to its end, at most 64 KiB at a time. The memory of a chunk is used again once `take` has returned, or once
 * the promise that it returned is fulfilled: until then the pipe is not read.
 */
export function readPipe(pipe: Pipe, take: (chunk: Buffer) => void | Promise<void>): PipeReader {
  let waits = false
  const callback = (length: number, memory: Uint8Array) => {
    let busy: void | Promise<void>
    try { busy = take(Buffer.from(memory.buffer, memory.byteOffset, length)) } catch { return true }
    if (!busy) return true
    waits = true
    const resume = () => {
      waits = false
      socket.resume()
    }
    busy.then(resume, resume)
    return false
  }
  const options = { fd: pipe.reader, readable: true, writable: false, onread: { buffer: Buffer.allocUnsafeSlow(65_536), callback } }
  const socket = new Socket(options)
  const ended = new Promise<void>(resolve => socket.once('close', () => resolve()))
  socket.on('error', () => socket.destroy())
  socket.resume()
  return { ended, waits: () => waits, destroy: () => socket.destroy() }
}

/** For a start that failed. */
export function closePipe(pipe: Pipe): void {
  closeSync(pipe.reader)
  closeSync(pipe.writer)
  releasePipe(pipe, true)
}
