// Shop adds up what lies in a cart.
package main

import (
	"fmt"

	"example.com/shop/cart"
)

func main() {
	total := cart.Total([]int{1, 2, 3})
	fmt.Printf("total %s\n", total)
}
