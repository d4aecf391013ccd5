package redact_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/redact"
)

func TestPhoneNumbersByTheirForm(t *testing.T) {
	f := finds(t)
	for _, number := range []string{
		"+44 20 7946 0958", "+442079460958", "+44 (0)20 7946 0958", "+46 (0)8 928 571 38", "+33 1 42 68 53 00", "+49(0)1234 567890", "+39 06 1234567", "+91 98765 43210",
		"+1 (212) 555-0142", "+1-212-555-0142", "+86 138 0013 8000", "001-518-640-0854", "1-800-555-0199", "(212) 555-0142", "(212)555-0142", "212-555-0142", "212.555.0142",
		"212-555-0142x4587", "(212)555-0142 ext. 12", "01.84.17.61.18", "01 84 17 61 18", "07700 900123", "07700 900 123", "020 7946 0958", "090-1234-5678", "(0341) 8387176",
		"(08) 8765 4321", "(11) 91234-5678", "0049 30 1234567",
	} {
		f("see "+number+" there", "phone["+number+"]")
	}
	for _, other := range []string{
		"112-555-0142", "212-111-0142", "911-555-01424", "212-555-01425", "212-555-0142-9", "x212-555-0142", "9212-555-0142", "212-055-0142", // not of the plan
		"+999 123 456 789", "+44 20 79", "a+442079460958", "+1 123 456 7890", "+1716979200",
		"2125550142", "212 555 0142", "555-0142", "0341 8387176", "99 668472", // nothing says what they are
		"84 42 2f 02 40 71 62 03 13", "01 02 03 04 05 06", "2024-05-06 12:30:45", "12-05-2024", "100.000.000", "1,234,567",
	} {
		f("see "+other+" there", "")
	}
}

func TestPhoneNumbersByContext(t *testing.T) {
	f := finds(t)
	f("Please call me at 0494 92 82 32 tomorrow", "phone[0494 92 82 32]")
	f("call me on 5551234567", "phone[5551234567]")
	f("reach our support team at 99 668472", "phone[99 668472]")
	f("no message on my registered 699 956 915", "phone[699 956 915]")
	f("my new number is 451 5986", "phone[451 5986]")
	f("416 60 039 office", "phone[416 60 039]")
	f("3660170548-Fax", "phone[3660170548]")
	f("desk: 212-155-0142x58", "phone[212-155-0142x58]")
	f("tel:5551234567;ext=1", "phone[5551234567]")
	f("电话 5551234567", "phone[5551234567]")
	f("phone 212-555-0142/212-555-0143", "phone[212-555-0142] phone[212-555-0143]")
	f(`["212-155-0142"]`, "phone[212-155-0142]")

	f("call took 12345678 ns", "")
	f("call id 5551234567", "")
	f("message sizes: 1024 2048 4096", "")
	f("message 1234567890 acked", "")
	f("call 192 168 1 1", "")
	f("the office is at 17031 2202 Main St", "")
	f("order number is 451 5986", "")
	f("Mobile Safari/604.1", "")
}

func TestPhoneIsCheaplyPutOff(t *testing.T) {
	e := newEngine(t, redact.Config{Exclude: []string{"phone"}})
	require.Empty(t, e.Find("", "phone +44 20 7946 0958"))
}
