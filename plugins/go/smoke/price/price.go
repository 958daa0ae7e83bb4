// Package price turns cents into text.
package price

import "fmt"

// Text of a price,   in euros.
func Text(cents int) string {
  return fmt.Sprintf("%d.%02d", cents/100, cents%100)
}
