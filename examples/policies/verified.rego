# For predicates of the type svr: the image was built twice, and is the same byte for byte. It does not name the image:
# that the result is about it is the word of whoever signed.
package signature

import rego.v1

default allow := false

allow if {
	input.predicateType == "https://in-toto.io/attestation/svr/v0.2"
	input.predicate.verifier.id == "https://github.com/repro-gate/repro-gate/verifier/v1"
	"REPRO_GATE_TWO_BUILDS_IDENTICAL" in input.predicate.properties
}
