import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Why no small disk can be made here, false if one can: mounting needs root, and a machine that permits it. */
export function noDisks(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'mounting a small disk needs root'
  const place = mkdtempSync(join(tmpdir(), 'crafting-disk-'))
  try {
    mount(place, 1)
    unmount(place)
    return false
  } catch { return 'this machine permits no mounts' } finally { rmSync(place, { recursive: true, force: true }) }
}

/** A disk in memory of so many MiB, for so many files. */
export function mount(directory: string, megabytes: number, files = 100_000): void {
  mkdirSync(directory, { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,nr_inodes=${files},mode=700`, 'tmpfs', directory], { stdio: 'pipe' })
}

/** Another size, or what else mount(8) knows: `ro`. */
export function remount(directory: string, options: string): void {
  execFileSync('mount', ['-o', `remount,${options}`, directory], { stdio: 'pipe' })
}

export function unmount(directory: string): void {
  execFileSync('umount', ['--lazy', directory], { stdio: 'pipe' })
}
