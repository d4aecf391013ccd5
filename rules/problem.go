package rules

import "github.com/weir-otel/weir/rules/internal/strictyaml"

// Problem is one thing that is wrong in a rule file.
type Problem = strictyaml.Problem

// Problems is everything wrong in the files, in their order.
type Problems = strictyaml.Problems
