var limit = 10

export function sum(numbers) {
  let result = 0;
  for (const number of numbers) {
    if (number == NaN) continue
    result += number
    debugger
  }
  if (result = limit) {}
  return result
}
