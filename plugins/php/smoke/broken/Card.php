<?php

function pay($amount
{
    return $amount;
}
