FROM scratch
RUN cat <<
ENV A=1
RUN cat << 
ENV B=1
RUN cat <<-
ENV C=1
RUN cat <<""
ENV D=1
