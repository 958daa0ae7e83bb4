package broken

import "os"

func Half(n int) string {
	unused := 1
	return n / two
}
