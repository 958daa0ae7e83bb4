import type { Finding } from '../../core/contract.ts'

/** `go: …` that says what is being done. */
const progress = /^go: (?:downloading|extracting|finding|found|added|upgraded|downgraded|removed|creating|copying|to add|updating|trying|accepting|writing|preparing|switching|warning:|no module dependencies|module .*: found|errors parsing \S+:$|build output|finding module|disabling cache|test timed out|linking|unused|upgrading|toolchain|considering|using|reusing)/

const rules: readonly (readonly [string, RegExp])[] = [
  ['go.sum', /missing go\.sum entry|checksum mismatch|verifying |SECURITY ERROR|go\.sum database/],
  ['vendor', /vendor(?:ing|\/modules\.txt)|mod=vendor/],
  ['toolchain', /requires go ?>?=|toolchain|GOTOOLCHAIN|invalid go version/],
  ['import-cycle', /import cycle not allowed/],
  ['go.work', /go\.work|workspace/],
  ['module', /no required module|cannot find (?:main )?module|module |go\.mod|unknown revision|@v\d|dial tcp|proxy/],
  ['package', /package |no Go files|build constraints exclude|directory not found|imports$/],
]

const says = /^go: (?<message>\S.*)$/
/** Beside `go: …`. The go command indents what explains them. */
const plain = /^(?<message>(?:can't load package: )?package \S+(?:: (?:cannot find|no Go files|build constraints|unrecognized import|import |code in|found packages|use of|is not in|\S+ is not in).*| is not in (?:std|GOROOT).*)?|no Go files in \S.*|found packages \S+ \(.*|pattern \S+: .*|main module \(\S+\) does not contain package .*|verifying \S+@\S+: checksum mismatch|cannot find package "[^"]+" in any of:|build constraints exclude all Go files in .*|no required module provides package .*|package command-line-arguments is not a main package|cannot find main module.*|warning: GOPATH set to .*|build \S+: (?:cannot|no) .*|missing \S+ in call to|imports? \S+: .*|stat \S+\.go: no such file or directory)$/
const first = new Set('gpncfmvbiws')

/** A message of the go command itself (cmd/go/internal/{load,modload,work}). Noise is nobody's. */
export function commandFault(text: string): Finding | undefined {
  if (!first.has(text[0] ?? '')) return undefined
  const own = text.startsWith('go: ')
  if (own && progress.test(text)) return undefined
  const message = own ? says.exec(text)?.groups?.message : plain.exec(text)?.groups?.message
  if (message === undefined || message.startsWith('warning: ')) return undefined
  return { tool: 'go', kind: 'build', rule: rules.find(([, pattern]) => pattern.test(message))?.[0] ?? 'go', level: 'error', message }
}
