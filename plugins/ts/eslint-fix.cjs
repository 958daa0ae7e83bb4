// Repairs by the project's own ESLint: only what the rules named first report, in the files named after them.
// Arguments: the rules as JSON (empty: all), then files. `fix` as a predicate: https://eslint.org/docs/latest/integrate/nodejs-api
const { createRequire } = require('node:module')

/** @param {string[]} words */
async function main([rules = '[]', ...files]) {
  const wanted = new Set(JSON.parse(rules))
  const eslint = createRequire(`${process.cwd()}/`)('eslint')
  // Since 8.57 it says which class reads the configuration that the project has.
  const ESLint = eslint.loadESLint ? await eslint.loadESLint() : eslint.ESLint
  const fixing = new ESLint({ fix: /** @param {{ ruleId: string }} message */ message => wanted.size === 0 || wanted.has(message.ruleId) })
  await ESLint.outputFixes(await fixing.lintFiles(files.length > 0 ? files : ['.']))
}

main(process.argv.slice(2)).catch(error => {
  console.error(error)
  process.exitCode = 2
})
