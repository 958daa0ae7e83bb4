package scratch;

class Broken {
    int half(String text) {
        Strin copy = text;
        return text.lenght() / 2
    }
}
