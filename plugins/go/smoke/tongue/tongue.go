// Tongue says what language a tag names.
package main

import (
	"fmt"

	"golang.org/x/text/language"
)

func main() {
	tag, err := language.Parse("de-CH")
	fmt.Println(tag, err)
}
