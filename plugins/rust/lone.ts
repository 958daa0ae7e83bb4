/** Headlines of rustc's that may stand alone, without an arrow, a margin or a code. */
const lone = new RegExp(`^(?:${[
  'requires `\\w+` lang_item', 'language item required, but not found: ', '`#\\[panic_handler\\]` function required', 'no global memory allocator found',
  'couldn\'t read [`/\\w]', 'couldn\'t create a temp dir', 'linker `[^`]*` not found', 'linking with `', 'could not exec the linker', 'can\'t find crate for `', 'cannot find macro `',
  'extern location for ', 'crate `[^`]*` required to be available', 'unknown (?:lint|debugging option|codegen option)', 'the compiler unexpectedly panicked', 'unexpected panic$',
  'recursion limit reached while', 'queries overflow the depth limit', 'reached the (?:type-length|recursion) limit', 'multiple input filenames provided', 'failed to (?:write|find or load|build archive)',
  'the linked panic runtime', 'the crate `[^`]*` (?:requires panic strategy|does not have the panic strategy)', 'cannot satisfy dependencies so', 'symbol `[^`]*` (?:is already defined|multiply defined)',
].join('|')})`)

export function isLone(message: string): boolean { return lone.test(message) }
