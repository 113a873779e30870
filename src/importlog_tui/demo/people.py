"""Made-up names, and the login names that a district would make from them."""

from __future__ import annotations

import random
import unicodedata

_names = str.split

FIRST = _names(
    "Ada Adil Aiko Alma Amara Amir Ana Anders Anil Anouk Ariel Arjun Asha Astrid Ayo Azra Basil Bea Bilal Bo Bram Brisa Caleb Camila "
    "Carys Cato Chidi Chloe Cleo Cora Cyrus Dalia Dara Davi Delia Devi Dina Dov Edda Eero Efe Eira Elif Elio Emeka Emre Enid Esra Ewa "
    "Fadi Farah Felix Fern Fiona Flora Freya Gael Gia Gita Greta Gus Hana Haru Hector Hugo Ida Idris Ilse Imani Ines Inga Ira Isla Ivo "
    "Jae Jana Jia Joaquín Jonas José Jun Kaia Kamal Karim Kei Keziah Kira Kofi Kwame Lale Lars Leila Lena Liam Lina Lior Lucía Luka Mabel "
    "Magnus Mai Malik Malu Maren Matteo Mei Milan Mina Mira Moses Nadia Naoki Nasrin Neve Nia Nico Noa Noor Nora Odin Ola Olive Omar Oona "
    "Orla Oskar Otis Paloma Pavel Petra Pia Priya Quinn Rafael Rania Ravi Remy Renée Rhea Rio Romy Rosa Rowan Rumi Sable Sadie Saga Samir "
    "Sana Sari Seán Selma Sena Sofía Soren Sven Tahir Tala Tamsin Tara Taro Teo Thea Tia Tove Uma Una Vera Vida Viggo Wanda Wren Xena "
    "Ximena Yara Yasin Yuki Yusuf Zadie Zahra Zane Zara Zelda Zoë"
)
LAST = _names(
    "Abara Adler Afolabi Aguirre Ahlberg Alcott Amadi Anand Ansah Arbogast Asano Ashdown Aydin Bakshi Banerjee Barlow Bashir Becerra "
    "Bell Benítez Bergstrom Bianchi Blom Boateng Brandt Briar Brook Cabrera Caldera Castro Chandra Chen Cho Clay Cordova Costa Croft Cruz "
    "Dahl Dang Deng Desai Diallo Diaz Dorsey Duarte Dube Easton Eklund Ellery Emery Endo Escobar Estrada Farooq Farr Fenn Fischer Flint "
    "Flores Fonseca Ford Fujita Gallo Garza Ghosh Glass Gomes Grady Gupta Gutiérrez Hadley Haile Hale Hansen Haq Hart Hassan Hayashi "
    "Hedlund Herrera Hoang Holm Hossain Hughes Hurst Ibarra Imai Iqbal Ishida Ito Jansen Jarvis Joshi Kang Kapoor Kaya Keane Khalil Kim "
    "Kimura Klein Koch Kovač Kowalski Kumar Laine Lam Landa Larkin Leal Lim Lind Liu Lund Mahmoud Malek Marsh Mata Mbeki Medina Mehta "
    "Mensah Meyer Mir Molina Mori Muñoz Nair Naka Nash Navarro Ndiaye Nielsen Novak Núñez Obi Ochoa Olsen Onyango Ortega Osei Ota Owusu "
    "Palmer Park Patel Peña Pham Pike Pinto Popov Prado Quist Rahman Ramos Rana Reddy Reyes Rinaldi Rojas Rosen Roy Ruiz Saito Salas "
    "Sandoval Sato Sethi Shah Sharif Silva Singh Skov Solis Song Soto Stone Suarez Sun Suzuki Tan Tanaka Tapia Tesfaye Thorn Tiwari Torres "
    "Tran Ueda Umar Valdez Vance Varga Vega Velasco Vu Wade Wang Weiss West Winter Wolde Wu Yang Yoon Zamora Zhou Zielinski"
)

# Legal names that have broken a program or two.
AWKWARD = (
    ("D'Angelo", "O'Hara-Núñez"),
    ("Jonathan [Jonty]", "van der Berg"),
    ("[b]ea", "Null"),
    ("美玲", "陳"),
    ("Siân", "ap Rhys"),
    ("Mary Jo", "St. Clair"),
    ("Zoë", "Weiß-Dvořák"),
    ("さくら", "井上"),
    ("민준", "김"),
    ('Robert "Bo"', "Ng"),
    ("Ky$ha & Co", "Lee, Jr."),
    ("N'Dèye", "=Sy"),
)


def draw(rng: random.Random) -> tuple[str, str]:
    """One (first, last) name; a few in a hundred carry two last names."""
    last = rng.choice(LAST)
    if rng.random() < 0.04:
        last = f"{last}-{rng.choice(LAST)}"
    return rng.choice(FIRST), last


def plain(text: str) -> str:
    """Lower-case ASCII letters of `text`, accents dropped; "" where there are none."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(c for c in folded.lower() if c.isalpha())


class Logins:
    """Login names as first initial and last name, a number added where the name is taken."""

    def __init__(self, reserved: tuple[str, ...] = ()) -> None:
        self._taken = dict.fromkeys(reserved, 1)

    def make(self, first: str, last: str, unique_id: str) -> str:
        """A login name that nobody else has."""
        stem = plain(first)[:1] + plain(last) or f"s{unique_id}"
        count = self._taken[stem] = self._taken.get(stem, 0) + 1
        return stem if count == 1 else f"{stem}{count}"
