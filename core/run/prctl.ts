const numbers: Partial<Record<NodeJS.Architecture, number>> = { x64: 157, arm64: 167, riscv64: 167, loong64: 167, ia32: 172, arm: 172, s390x: 172, ppc64: 171 }

/** prctl(2)'s number in this machine's table of system calls, by which Perl reaches it; undefined where it is not known. */
export const prctl: number | undefined = process.platform === 'linux' ? numbers[process.arch] : undefined
