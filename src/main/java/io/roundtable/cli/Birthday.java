package io.roundtable.cli;

import io.roundtable.protocol.Identity;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Days until the next birthday: 1 to 365, and 365 on the day itself.
 *
 * <p>29 February falls on the 28th in years without it. A year in the text only has to make a valid date: birthdays come
 * back.
 */
final class Birthday {
    private static final Pattern FORM = Pattern.compile("(?:(\\d{4})-)?(\\d{2})-(\\d{2})");

    private Birthday() {}

    /** @param text {@code MM-DD} or {@code YYYY-MM-DD} */
    static int daysUntil(String text, LocalDate today) {
        MonthDay day = parse(text);
        LocalDate next = day.atYear(today.getYear());
        if (!next.isAfter(today)) {
            next = day.atYear(today.getYear() + 1);
        }
        // A leap day between can make it 366, which no identity has.
        return (int) Math.min(Identity.DAYS_MAX, ChronoUnit.DAYS.between(today, next));
    }

    private static MonthDay parse(String text) {
        Matcher form = FORM.matcher(text);
        if (form.matches()) {
            try {
                MonthDay day = MonthDay.of(Integer.parseInt(form.group(2)), Integer.parseInt(form.group(3)));
                if (form.group(1) != null) {
                    LocalDate.of(Integer.parseInt(form.group(1)), day.getMonth(), day.getDayOfMonth());
                }
                return day;
            } catch (DateTimeException e) {
                throw wrong(text);
            }
        }
        throw wrong(text);
    }

    private static UsageException wrong(String text) {
        return new UsageException("'" + text + "' is no birthday; write MM-DD or YYYY-MM-DD, such as 03-14");
    }
}
