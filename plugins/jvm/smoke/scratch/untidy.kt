package scratch

import java.util.*

class tidy {
    fun magic(): Int{
        val answer = 42
        return  answer * 31
    }

}
