FROM scratch
RUN bash -c "cat <<EOF\nx"
ENV A=1
LABEL EOF=1
