FROM scratch
RUN -- --x y
CMD -- --x
RUN --network=none -- --mount=x
ENV A=1
