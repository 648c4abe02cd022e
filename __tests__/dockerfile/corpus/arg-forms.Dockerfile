ARG A B=1 C="x y"
FROM scratch
ARG	A
ARG D='e f' G=h\ i J
ENV K=$A
