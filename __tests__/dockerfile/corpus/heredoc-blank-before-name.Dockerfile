FROM scratch
RUN cat << EOF > /x
RUN no
EOF
ENV A=1
RUN cat <<   'EOF' > /x
RUN no
EOF
ENV B=1
