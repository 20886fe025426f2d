package io.roundtable.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BirthdayTest {
    @ParameterizedTest
    @CsvSource({
        // birthday, today, days
        "03-14, 2026-03-14, 365",
        "03-15, 2026-03-14, 1",
        "03-13, 2026-03-14, 364",
        "01-01, 2026-12-31, 1",
        "12-31, 2026-01-01, 364",
        "1999-03-15, 2026-03-14, 1",
        "2027-07-04, 2026-07-03, 1",
        // A leap day between makes 366, which no identity has.
        "02-01, 2024-02-01, 365",
        "01-31, 2024-02-01, 365",
        // 29 February falls on the 28th in other years.
        "02-29, 2026-02-27, 1",
        "02-29, 2026-02-28, 365",
        "02-29, 2027-02-28, 365",
        "02-29, 2026-03-01, 364",
        "02-29, 2028-02-28, 1",
        "02-29, 2028-02-29, 365",
        "2000-02-29, 2028-02-28, 1",
        "02-28, 2028-02-28, 365",
        "03-01, 2028-02-28, 2"
    })
    void daysAreCountedToTheNextBirthday(String birthday, LocalDate today, int days) {
        assertEquals(days, Birthday.daysUntil(birthday, today));
    }

    @Test
    void everyDayIsWithin1And365InLeapYearsToo() {
        for (LocalDate today = LocalDate.of(2027, 1, 1); today.getYear() < 2029; today = today.plusDays(1)) {
            for (LocalDate day = LocalDate.of(2024, 1, 1); day.getYear() < 2025; day = day.plusDays(1)) {
                int days = Birthday.daysUntil(day.toString().substring(5), today);
                assertTrue(days >= 1 && days <= 365, day + " on " + today);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "03",
                "3-14",
                "03-1",
                "03/14",
                "14-03",
                "02-30",
                "13-01",
                "00-10",
                "04-31",
                "2026-04-31",
                "26-03-14",
                "2026-3-14",
                "03-14 ",
                "march",
                "2026-03-14T00:00",
                "-03-14",
                "٠٣-١٤"
            })
    void whatIsNoBirthdayIsRefusedInOneSentence(String text) {
        UsageException e = assertThrows(UsageException.class, () -> Birthday.daysUntil(text, LocalDate.of(2026, 1, 1)));

        assertTrue(e.getMessage().contains("MM-DD"), e::getMessage);
        assertEquals(1, e.getMessage().lines().count());
    }
}
