FROM scratch
ENV A=🚀 B="é́ 日本"
RUN echo 🚀 && \
  # 🚀
  echo 日本 <<🎉
RUN no
🎉
LABEL a=🚀
