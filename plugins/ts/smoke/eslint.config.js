export default [
  { files: ['src/**/*.js'], rules: { 'no-debugger': 'error', 'use-isnan': 'warn' } },
]
