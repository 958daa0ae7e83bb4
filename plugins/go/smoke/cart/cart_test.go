package cart

import (
	"fmt"
	"testing"
)

func TestTotal(t *testing.T) {
	if got := Total([]int{1, 2}); got != 3 {
		t.Fatalf("Total = %d", got)
	}
}

func TestDiscount(t *testing.T) {
	for _, one := range []struct {
		name string
		want int
	}{{"none", 3}, {"tenth", 2}} {
		t.Run(one.name, func(t *testing.T) {
			if got := Total([]int{1, 2}); got != one.want {
				t.Errorf("Total = %d, want %d", got, one.want)
			}
		})
	}
}

func TestLater(t *testing.T) {
	t.Skip("not written yet")
}

func ExampleTotal() {
	fmt.Println(Total([]int{4}))
	// Output: 5
}
