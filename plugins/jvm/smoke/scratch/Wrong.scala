package scratch

object Wrong {
  def half(text: String): Int = {
    val copy: Strin = text
    val n: Int = "a"
    text.lenght / 2
  }
}
