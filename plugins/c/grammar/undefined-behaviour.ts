/** The messages of compiler-rt's handlers, and the name that `-fsanitize=` gives the check behind each. */
const checks: readonly (readonly [RegExp, string])[] = [
  [/^load of value .* type '(?:_Bool|bool|BOOL)'/, 'bool'],
  [/^load of value /, 'enum'],
  [/^unsigned integer overflow|^negation of .* unsigned type/, 'unsigned-integer-overflow'],
  [/^signed integer overflow|^negation of |^division of .* by -1 cannot/, 'signed-integer-overflow'],
  [/^division by zero/, 'integer-divide-by-zero'],
  [/^shift exponent/, 'shift-exponent'],
  [/^left shift of/, 'shift-base'],
  [/^index .* out of bounds/, 'bounds'],
  [/^null pointer passed as argument/, 'nonnull-attribute'],
  [/^null pointer returned from function/, 'returns-nonnull-attribute'],
  [/misaligned (?:address|pointer)|^assumption of .* alignment/, 'alignment'],
  [/ null pointer of type /, 'null'],
  [/insufficient space for an object/, 'object-size'],
  [/does not point to an object of type/, 'vptr'],
  [/^variable length array bound/, 'vla-bound'],
  [/outside the range of representable values/, 'float-cast-overflow'],
  [/^execution reached an unreachable/, 'unreachable'],
  [/^execution reached the end of a value-returning/, 'return'],
  [/^call to function .* through pointer to incorrect/, 'function'],
  [/^implicit conversion from type/, 'implicit-conversion'],
  [/^applying (?:zero|non-zero) offset|^pointer index expression|^(?:addition|subtraction) of unsigned offset/, 'pointer-overflow'],
  [/^passing zero to /, 'builtin'],
  [/^control flow integrity check/, 'cfi'],
]

export const undefinedBehaviour = (message: string): string | undefined => checks.find(([pattern]) => pattern.test(message.slice(0, 2000)))?.[1]
