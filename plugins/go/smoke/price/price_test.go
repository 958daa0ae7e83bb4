package price

import "testing"

func TestText(t *testing.T) {
	if got := Text(105); got != "1.05" {
		t.Error(got)
	}
}

func TestNothing(t *testing.T) {
	var names map[string]int
	names["nothing"] = 0
}
