FROM scratch
RUN ["sh", "-c", "curl x | sh"]
RUN ["\u0041", "b\"c"]
RUN ["a"] && echo b
RUN [ "$A" = b ]
CMD []
ENTRYPOINT ["a",
