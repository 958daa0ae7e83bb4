import type { LineParser } from '../../core/contract.ts'
import { plain } from './grammar/prefix.ts'

const said = /^(?<word>error|warning): (?<message>\S.*)$/
/** What the package manager itself prints, and no other tool that begins its messages so. */
const own = /^(?:Building for (?:debugging|production|testing)|Build complete!|\[\d{1,6}\/\d{1,6}\] (?:Compiling|Emitting module|Linking|Write|Planning|Build|Archiving|Wrapping|Merging|Generating)\b|(?:Fetching|Fetched|Computing version|Computed|Creating working copy|Working copy of|Updating|Updated|Cloning) (?:https?:|for |of |file:|git@|\/)|Test Suite '|\u25c7 Test run started|Compile(?:Swift)? )/
const phrases = /^(?:'[\w.+-]{1,100}': |the manifest\b|Invalid manifest|invalid manifest|package '|packages? at |could not find (?:Package\.swift|target|source files)|Could not find Package\.swift|Dependencies could not be resolved|dependency '|product '|target '|Source files for target |no such module|no tests? found|module alias|the (?:package|current directory)|unable to load (?:standard library|manifest)|Failed to clone|Failed to (?:read|parse) the manifest|terminated\(\d+\)|failed to parse target info|invalid custom path|multiple (?:packages|products|targets) |cyclic dependency|swift-tools-version|exhausted attempts to resolve|Exited with unexpected signal code|artifact of binary target|checksum of downloaded artifact|fingerprint|plugin |unknown package )/
/** They only say that something before them went wrong. */
const summary = /^(?:fatalError|emit-module command failed|link command failed|(?:compile|frontend|emit-module|link|swift-frontend) command failed|terminated\(1\)|build failed|Build failed|the following build commands failed)/

/** SwiftPM: its own errors and warnings, which have no place, and name a package at most. */
export const swiftpm: LineParser = {
  lines({ emit }) {
    let seen = false
    let pending: { level: 'error' | 'warning'; message: string } | undefined
    const flush = () => {
      if (pending) emit({ tool: 'swiftpm', kind: 'build', rule: 'package', ...pending, ...pending.message.startsWith(`'`) || /manifest/.test(pending.message) ? { file: 'Package.swift' } : {} })
      pending = undefined
    }
    return {
      line(raw) {
        const text = plain(raw)
        if (pending && /^ {4}\S/.test(text) && pending.message.length < 4000) {
          pending.message = `${pending.message}\n${text.trim()}`
          return true
        }
        flush()
        const c = text.charCodeAt(0)
        if (c === 101 || c === 119) {
          const groups = said.exec(text)?.groups
          if (!groups) return false
          const message = groups['message']!
          if (!seen && !phrases.test(message)) return false
          seen = true
          if (summary.test(message)) return true
          pending = { level: groups['word'] as 'error' | 'warning', message }
          return true
        }
        if (!seen && own.test(text)) seen = true
        return false
      },
      end: flush,
    }
  },
}
