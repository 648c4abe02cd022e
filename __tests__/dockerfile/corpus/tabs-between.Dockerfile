FROM	scratch	AS	x
ENV	A=1		B=2
RUN	--network=none	a
COPY	--from=x	a	/b
