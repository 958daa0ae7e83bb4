package scratch

fun half(text: String): Int {
    val unused = 1
    val copy: Strin = text
    return text.lenght / 2
}
