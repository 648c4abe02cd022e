FROM scratch
ENV A b c  d
ENV A="b c" D='e f' G=h\ i J="\"k\""
LABEL x y z
LABEL "a b"=c "d"="e \
 f" g=
ENV Q="a
RUN no
LABEL z=1
