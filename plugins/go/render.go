// Renders go test -json for people: what failed, and a line per package. The events themselves go to the file that is named.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

type event struct {
	Action, Package, Test, Output string
}

type place struct{ pkg, test string }

func main() {
	report, err := os.Create(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer report.Close()
	held := map[place][]string{}
	order := map[string][]string{}
	input := bufio.NewReader(os.Stdin)
	for {
		line, err := input.ReadString('\n')
		if line != "" {
			io.WriteString(report, line)
			render(line, held, order)
		}
		if err != nil {
			return
		}
	}
}

func render(line string, held map[place][]string, order map[string][]string) {
	var one event
	if !strings.HasPrefix(line, "{") || json.Unmarshal([]byte(line), &one) != nil {
		fmt.Print(line)
		return
	}
	at := place{one.Package, one.Test}
	switch one.Action {
	case "output", "build-output":
		if one.Test == "" {
			if strings.HasPrefix(one.Output, "FAIL\t") {
				unfinished(one.Package, held, order)
			}
			fmt.Print(one.Output)
			return
		}
		if held[at] == nil {
			order[one.Package] = append(order[one.Package], one.Test)
		}
		held[at] = append(held[at], one.Output)
	case "fail":
		tell(held[at])
		delete(held, at)
		if one.Test == "" {
			unfinished(one.Package, held, order)
		}
	case "pass", "skip":
		delete(held, at)
		if one.Test == "" {
			delete(order, one.Package)
		}
	}
}

// What has no result did not finish: that is why the package failed, which its last line says.
func unfinished(pkg string, held map[place][]string, order map[string][]string) {
	for _, test := range order[pkg] {
		lines := held[place{pkg, test}]
		for _, line := range lines {
			if !strings.HasPrefix(line, "=== ") {
				fmt.Printf("--- FAIL: %s\n", test)
				break
			}
		}
		tell(lines)
		delete(held, place{pkg, test})
	}
	delete(order, pkg)
}

func tell(lines []string) {
	for _, line := range lines {
		if !strings.HasPrefix(line, "=== ") {
			fmt.Print(line)
		}
	}
}
