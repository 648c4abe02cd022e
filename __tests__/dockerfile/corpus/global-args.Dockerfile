ARG A=1
ARG B=${A:-2} C

FROM scratch
ARG A
ARG D="x y" E
ENV F=$A
