FROM scratch
En\
V A=1
La\
# comment in a keyword
BeL a=b
UsE\

R root
