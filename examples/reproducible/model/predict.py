from model.version import VERSION


def predict(width: float, height: float) -> str:
    return "landscape" if width > height else "portrait"


if __name__ == "__main__":
    print(VERSION, predict(4, 3))
