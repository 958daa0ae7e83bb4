// Package cart holds what is bought.
package cart

import "os"

// Total adds prices up, in cents.
func Total(prices []int) int {
	sum := 0
	for _, price := range prices {
		sum += price
	}
	sum = sum
	return sum
}

// Save writes a receipt.
func Save(path string, text []byte) {
	os.WriteFile(path, text, 0o644)
}

func unused() int { return 1 }
