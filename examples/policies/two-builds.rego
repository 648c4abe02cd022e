# For `cosign verify-attestation --policy` with predicates of the type scai: two builds gave this very image, byte for byte.
package signature

import rego.v1

default allow := false

allow if {
	input.predicateType == "https://in-toto.io/attestation/scai/v0.3"
	some attribute in input.predicate.attributes
	attribute.attribute == "REPRODUCIBLE"
	attribute.conditions.level == "identical"
	attribute.conditions.builds == 2

	# The predicate is about this image: cosign itself only sees that the statement is.
	attribute.target.digest.sha256 == input.subject[0].digest.sha256
}
