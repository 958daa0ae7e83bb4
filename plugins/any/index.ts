import type { LanguagePack } from '../../core/contract.ts'
import { checkstyle } from './checkstyle.ts'
import { gitleaksText } from './gitleaks-text.ts'
import { gitleaks } from './gitleaks.ts'
import { gnu } from './gnu.ts'
import { grypeText } from './grype-text.ts'
import { grype } from './grype.ts'
import { junit } from './junit.ts'
import { osvScannerText } from './osv-scanner-text.ts'
import { osvScanner } from './osv-scanner.ts'
import { sarif } from './sarif.ts'
import { semgrepText } from './semgrep-text.ts'
import { semgrep } from './semgrep.ts'
import { tap } from './tap.ts'
import { trivyBlocks } from './trivy-blocks.ts'
import { trivyText } from './trivy-text.ts'
import { trivy } from './trivy.ts'

const any: LanguagePack = {
  kind: 'language',
  api: 1,
  name: 'any',
  title: 'Any language',
  markers: [],
  extensions: [],
  recipes: [],
  parsers: {
    sarif, semgrep, trivy, grype, 'osv-scanner': osvScanner, gitleaks, junit, checkstyle, tap,
    'semgrep-text': semgrepText, 'trivy-text': trivyText, 'trivy-blocks': trivyBlocks, 'grype-text': grypeText,
    'osv-scanner-text': osvScannerText, 'gitleaks-text': gitleaksText, gnu,
  },
  toolchain: [],
  everywhere: true,
}
export default any
