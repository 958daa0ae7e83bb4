package scratch

@groovy.transform.CompileStatic
class Wrong {
    int half(String text) {
        Strin copy = text
        return text.lenght() / 2
    }
}
