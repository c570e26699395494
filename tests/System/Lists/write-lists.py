"""Writes the corpus of dirty lists: each case by every writer there is, and a description for the writer that the test itself is.

Usage: write-lists.py FOLDER
Prints one JSON object: the cases, and the writers that were there. Each file is FOLDER/<writer>/<case>.<extension>.
Addresses are those of documentation, names are invented.
"""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile

CASES = []


def case(name, dirt, *sheets, **more):
    """more: only (writers that can hold it), date1904, options (of the command line)."""
    CASES.append({"name": name, "dirt": dirt, "sheets": list(sheets), **more})


def sheet(*rows, name="清单", **more):
    """more: hidden, merges, hidden_rows, hidden_columns."""
    return {"name": name, "rows": [list(row) for row in rows], **more}


def number(value, shown=None):
    return {"n": value, "shown": shown if shown is not None else str(value)}


def date(value, form, shown):
    return {"n": value, "f": form, "shown": shown}


MINUTES, SECONDS, DAYS = "yyyy/m/d h:mm", "yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd"
AT = "2022-04-07 21:03:00"
HEAD = ["序号", "IP地址", "源端口", "发现时间"]


def addresses(name, dirt, cells, **more):
    case(name, dirt, sheet(HEAD, *[[i + 1, cell, 22017, AT] for i, cell in enumerate(cells)]), **more)


def bare(name, dirt, cells, **more):
    """Addresses that may carry their port."""
    case(name, dirt, sheet(["编号", "疑似IP", "监测时间"], *[[i + 1, cell, AT] for i, cell in enumerate(cells)]), **more)


def column(name, dirt, header, cells, **more):
    case(name, dirt, sheet(["序号", "源IP", header, "开始时间"], *[[i + 1, f"203.0.113.{i + 1}", cell, AT] for i, cell in enumerate(cells)]), **more)


def times(name, dirt, cells, header="发现时间", **more):
    case(name, dirt, sheet(["序号", "挖矿IP", header], *[[i + 1, f"203.0.113.{i + 1}", cell] for i, cell in enumerate(cells)]), **more)


bare("01-port-in-cell", 1, ["192.0.2.1:3333", "192.0.2.2：3333", "192.0.2.3 3333", "[2001:db8::1]:3333", "192.0.2.4:0", "192.0.2.5:70000"])
case("01-port-twice", 1, sheet(HEAD, [1, "192.0.2.1:22017", 22017, AT], [2, "192.0.2.2:22017", 22018, AT]))
addresses("02-full-width", 2, ["１９２．０．２．１", "192。0。2。2", "192.0.2,3", "192·0·2·4", "２００１：db8：：５"])
case("02-full-width-everywhere", 2, sheet(["序　号", "ＩＰ地址", "源端口", "发现时间"], ["１", "２０３．０．１１３．９", "２２０１７", "２０２２－０４－０７　２１：０３"]))
addresses("03-invisible", 3, ["\u00a0192.0.2.1\u00a0", "192.0.\u200b2.2", "\ufeff192.0.2.3", "192.0.2.4\n", "'192.0.2.5", "192.0.2.6\u202c"])
case("03-soft-newlines", 3, sheet(["序号", "IP\n地址", "发现\n时间"], [1, "192.0.2.1", "2022-04-07\n21:03:00"]))
addresses("04-leading-zeros", 4, ["192.000.002.010", "192.0.2.011", "010.1.2.3"])
bare("05-ranges", 5, ["192.0.2.1-3", "192.0.2.11-192.0.2.13", "192.0.2.21~192.0.2.23", "192.0.2.31—33", "192.0.2.41至192.0.2.43", "192.0.2.60-50", "192.0.0.0-192.0.9.0"])
bare("06-prefixes", 6, ["192.0.2.0/30", "192.0.2.16 255.255.255.252", "192.0.2.32/255.255.255.254", "192.0.2.5/28", "198.51.0.0/16", "192.0.2.0/33"])
bare("07-wildcards", 7, ["192.0.2.*", "198.51.100.x", "192.0.*.*", "192.0.2.1*", "192.0.2.***", "203.*.113.9"])
bare("08-several", 8, ["192.0.2.1、192.0.2.2;192.0.2.3\n192.0.2.4", "192.0.2.5，192.0.2.6", "192.0.2.7:1001、192.0.2.8:1002", "192.0.2.9、10.0.0.1"])
addresses("09-numbers", 9, [number(3221225985), number(203000113009), number(192.02), number(1203113009), "1.921E+11", "1-2"])
addresses("09-numbers-confirmed", 9, [number(3221225985), number(203000113009), number(1203113009)], options=["--number-addresses"])
addresses("09-dates", 9, [date(44563, "m-d", "1-2"), date(44563, "yyyy年m月d日", "2022年1月2日")])
addresses("10-ipv6", 10, ["2001:DB8::1", "2001:0db8:0000:0000:0000:0000:0000:0002", "2001:db8::3%eth0", "::ffff:192.0.2.1", "2001:db8:1::/64", "2001:db8::5/64", "2001:db8::/20"])
addresses("11-impossible", 11, ["10.1.2.3", "100.64.1.1", "127.0.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "192.168.1.1", "192.0.2.256", "fe80::1", "pool.example", "", "未知"])

TITLE = ["疑似挖矿IP核查清单", None, None, None]
case("12-title", 12, sheet(TITLE, ["文号：示例〔2022〕15号", None, None, "2022年4月8日"], HEAD, [1, "203.0.113.9", 22017, AT], [2, "203.0.113.10", 22018, AT], merges=["A1:D1", "A2:C2"]))
case("12-total", 12, sheet(HEAD, [1, "203.0.113.9", 22017, AT], ["合计", 1, None, None], ["注：以上数据来自示例平台", None, None, None], ["填表人：张三", None, None, None]))
case("12-two-rows", 12, sheet(
    ["序号", "矿工信息", None, "时间", None, "矿池", None], [None, "IP地址", "端口", "首次", "最近", "地址", "端口"],
    [1, "203.0.113.9", 22017, "2022-04-07 21:03", "2022-04-07 21:08", "pool.example", 3333], merges=["A1:A2", "B1:C1", "D1:E1", "F1:G1"]))
case("12-two-rows-and-title", 12, sheet(
    TITLE + [None], ["序号", "县(市、区)", "IP地址", "发现时间", None], [None, None, None, "首次", "最近"],
    [1, "盐湖区", "203.0.113.9", "2022-04-07 21:03", "2022-04-07 21:08"], merges=["A1:E1", "A2:A3", "B2:B3", "C2:C3", "D2:E2"]))
case("12-merged-counties", 12, sheet(
    ["县（市、区）"] + HEAD, ["盐湖区", 1, "203.0.113.1", 22001, AT], [None, 2, "203.0.113.2", 22002, AT], [None, 3, "203.0.113.3", 22003, AT],
    ["永济市", 4, "203.0.113.4", 22004, AT], ["河津市", 5, "203.0.113.5", 22005, AT], [None, 6, "203.0.113.6", 22006, AT], merges=["A2:A4", "A6:A7"]), options=["--fill-down"])
case("12-counties-not-merged", 12, sheet(["区县"] + HEAD, ["盐湖区", 1, "203.0.113.1", 22001, AT], [None, 2, "203.0.113.2", 22002, AT]), only=["openpyxl", "xlwt", "libreoffice", "openxml", "csv", "gb18030"])
case("12-hidden-rows", 12, sheet(HEAD, [1, "203.0.113.1", 22001, AT], [2, "203.0.113.2", 22002, AT], [3, "203.0.113.3", 22003, AT], hidden_rows=[3], hidden_columns=["C"]))
case("12-hidden-sheet", 12, sheet(HEAD, [1, "203.0.113.1", 22001, AT], name="第一批"), sheet(HEAD, [1, "203.0.113.2", 22002, AT], name="第二批", hidden=True))
case("12-sheet-for-each-county", 12, *[sheet(HEAD, [1, f"203.0.113.{i}", 22000 + i, AT], ["合计", 1, None, None], name=name) for i, name in enumerate(["盐湖区", "临猗县", "绛县", "新绛县", "运城开发区"], 1)])
case("12-two-tables", 12, sheet(["一、疑似矿工", None, None, None], HEAD, [1, "203.0.113.1", 22001, AT], ["合计", 1, None, None], [None] * 4,
     ["二、疑似代理", None, None, None], ["编号", "监测时间", "主机IP", "本地端口"], [1, AT, "203.0.113.2", 22002]))
case("12-header-on-each-page", 12, sheet(HEAD, [1, "203.0.113.1", 22001, AT], HEAD, [2, "203.0.113.2", 22002, AT]))
case("12-far-from-the-corner", 12, sheet([None] * 6, [None] * 6, [None, None] + HEAD, [None] * 6, [None, None, 1, "203.0.113.1", 22001, AT], [None] * 6, [None, None, 2, "203.0.113.2", 22002, AT]))
case("12-address-above-header", 12, sheet([1, "203.0.113.8", 22008, AT], HEAD, [2, "203.0.113.9", 22009, AT]))
case("12-cover-sheet", 12, sheet(["各有关单位：", None], ["请于4月11日前反馈。", None], name="说明"), sheet(HEAD, [1, "203.0.113.1", 22001, AT], name="附件1"))
case("12-merged-addresses", 12, sheet(HEAD, [1, "203.0.113.1", 22001, AT], [2, None, 22002, AT], merges=["B2:B3"]), only=["openpyxl", "xlwt", "libreoffice", "openxml"])
case("12-other-headers", 12, sheet(
    ["No.", "期数", "属地", "客户端IP", "本地端口", "传输协议", "最早活跃", "末次时间", "外联地址", "目的端口", "虚拟货币", "行为类型", "命中次数", "算力规模", "接入商", "疑似单位", "省重点", "说明"],
    [1, "2022-15", "运城市盐湖区", "203.0.113.9", 22017, "tcp", "2022-04-07 21:03", "2022-04-07 21:08", "pool.example", 3333, "比特币", "协议", 128, "10PH/s", "中国电信", "示例公司", "是", "无"]))
case("12-unknown-column", 12, sheet(HEAD + ["处置情况"], [1, "203.0.113.9", 22017, AT, "已告知"]))
case("12-no-header", 12, sheet(["203.0.113.9", 22017, AT], ["203.0.113.10", 22018, AT]))
case("13-duplicates", 13, sheet(
    HEAD + ["协议", "矿池地址"], [1, "203.0.113.9", 22017, AT, "TCP", "pool.example"], [2, "203.0.113.9", 22017, AT, "TCP", "pool.example"], [3, "203.0.113.9", 22018, AT, "TCP", "pool.example"],
    [4, "203.0.113.9", 22017, "2022-04-07 21:04:00", "TCP", "pool.example"], [5, "203.0.113.9", 22017, AT, "UDP", "pool.example"], [6, "203.0.113.9", 22017, AT, "TCP", "other.example"],
    [7, "２０３.0.113.9", 22017, "2022/4/7 21:03:00", "tcp", "Pool.Example"]))
bare("13-duplicates-by-range", 13, ["203.0.113.9", "203.0.113.8-10", "203.0.113.8、203.0.113.10"])
times("14-dates", 14, [date(44659.678472, MINUTES, "2022/4/8 16:17"), date(44659.678472, SECONDS, "2022-04-08 16:17:00"), date(44659, DAYS, "2022-04-08"), date(44659.5, SECONDS, "2022-04-08 12:00:00")])
times("14-serial-numbers", 14, [number(44659.678472), number(44659), number(44659.999988)])
times("14-1904", 14, [date(43197.678472, MINUTES, "2022/4/8 16:17"), number(43197.678472), date(43197, DAYS, "2022-04-08")], date1904=True, only=["openpyxl", "openxml"])
times("15-texts", 15, ["2022/4/8 16:17", "2022.4.8 16:17", "2022年4月8日16时17分", "4月8日", "2022-04-08T08:17:00Z", "下午4:17", "2022-04-08 下午4:17", "2022-04-08 4:17 PM", "8-Apr-2022 16:17", "2022年4月31日"])
times("15-numbers", 15, [number(20220408161700), number(20220408), number(1649405820), number(1649405820000), number(202204081617), number(12345)])
case("15-date-and-clock", 15, sheet(["序号", "IP地址", "发现日期", "时间"], [1, "203.0.113.1", "2022-04-07", "21:03"], [2, "203.0.113.2", date(44658, DAYS, "2022-04-07"), date(0.877083333, "hh:mm:ss", "21:03:00")]))
times("15-two-readings", 15, ["3/4/2022", "3-4", "11/3/12", "2022-04-07 16:17 CST", "4/8/2022", "22-4-8"])
times("15-order-stated", 15, ["3/4/2022", "3-4", "5/4/22"], options=["--date-order", "mdy"])
times("15-spans", 15, ["2022-04-07 16:17至16:20", "2022-04-07 23:50~2022-04-08 00:10", "2022.4.6-2022.4.8", "2022-04-08 10:00-2022-04-07 10:00"])
times("16-dates-only", 16, ["2022-04-08", "2022年4月7日", date(44658, DAYS, "2022-04-07"), "4月6日"])
times("17-minutes", 17, ["2022-04-08 16:17", date(44659.678472, MINUTES, "2022/4/8 16:17"), "2022-04-08 16:17:00", "2022-04-08 16时"])
times("18-zone-in-header", 18, ["2022-04-08 08:17", "2022-04-08 08:17:30"], header="发现时间(UTC)")
times("18-zone-in-cells", 18, ["2022-04-08 08:17 UTC", "2022-04-08 16:17+08:00", "2022-04-08 16:17:00（北京时间）", "2022-04-08T08:17:00Z"])
times("18-zone-stated", 18, ["2022-04-08 08:17", date(44659.345139, MINUTES, "2022/4/8 8:17")], options=["--time-zone", "+00:00"])
times("18-future", 18, ["2022-04-09 00:17", "2022-04-18 16:17", "2032-04-08 16:17"])
column("19-ports", 19, "源端口", ["22017.0", "22017/TCP", "22017,22018", "—", "未知", "20480-24575", "UDP 22019", number(22020), "99999", "22017.5", "", "0"])
column("19-ports-of-pools", 19, "端口", [number(3333), number(4444), number(3333), number(22017)])
column("20-units", 20, "算力", ["10PH/s", "10 P", "26万度/天", "100MH", "1,500 TH/s", "很大", number(110)])
column("20-unit-in-header", 20, "算力(TH/s)", [number(110), number(13.5), "1P"])
column("21-formula-like-text", 21, "备注", ["=HYPERLINK(\"http://x.example\")", "+1", "@sum", "-"], only=["xlwt", "csv", "gb18030"])
case("21-formulas", 21, sheet(HEAD, [1, {"formula": "=\"203.0.113.\"&9"}, {"formula": "=22000+17"}, AT]), only=["openpyxl"])
case("21-formulas-computed", 21, sheet(HEAD, [1, {"formula": "=\"203.0.113.\"&9"}, {"formula": "=22000+17"}, AT], [2, "203.0.113.10", {"formula": "=1/0"}, AT]), only=["libreoffice"])
column("22-regions", 22, "属地", ["盐湖", "盐湖区", "运城市盐湖区", "山西省运城市新绛县", "绛县", "开发区", "经开区", "太原市", ""])
case("00-plain", 0, sheet(HEAD, *[[i, f"203.0.113.{i}", 20000 + i, AT] for i in range(1, 41)]))


def shown(cell):
    if cell is None:
        return ""
    return str(cell["shown"] if isinstance(cell, dict) else cell)


def path(folder, writer, name, extension):
    os.makedirs(os.path.join(folder, writer), exist_ok=True)
    return os.path.join(folder, writer, f"{name}.{extension}")


def write_csv(folder, one, writer, encoding):
    """As Excel saves it: merged cells are empty behind their first. Several sheets are several files of an archive, names in the same encoding."""
    def text(table):
        lines = io.StringIO()
        csv.writer(lines, lineterminator="\r\n").writerows([shown(cell) for cell in row] for row in table["rows"])
        return lines.getvalue().encode(encoding)

    sheets = one["sheets"]
    if len(sheets) == 1:
        with open(path(folder, writer, one["name"], "csv"), "wb") as file:
            file.write(text(sheets[0]))
        return
    with zipfile.ZipFile(path(folder, writer, one["name"], "zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        for table in sheets:
            archive.writestr(RawName(table["name"] + ".csv", "utf-8" if encoding == "utf-8-sig" else encoding), text(table))


class RawName(zipfile.ZipInfo):
    """An entry whose name is bytes of a code page, without the flag of UTF-8: what older Windows programs write."""

    def __init__(self, name, encoding):
        super().__init__(name)
        self._raw = name.encode(encoding)
        self.compress_type = zipfile.ZIP_DEFLATED

    def _encodeFilenameFlags(self):
        return self._raw, self.flag_bits & ~0x800


def write_openpyxl(folder, one, writer="openpyxl"):
    import openpyxl
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book = openpyxl.Workbook()
    book.remove(book.active)
    if one.get("date1904"):
        book.epoch = CALENDAR_MAC_1904
    for table in one["sheets"]:
        page = book.create_sheet(table["name"])
        for y, row in enumerate(table["rows"], 1):
            for x, cell in enumerate(row, 1):
                if cell is None or cell == "":
                    continue
                target = page.cell(y, x)
                if isinstance(cell, dict):
                    target.value = cell.get("formula", cell.get("n"))
                    target.number_format = cell.get("f", "General")
                else:
                    target.value = cell
        for merge in table.get("merges", []):
            page.merge_cells(merge)
        for row in table.get("hidden_rows", []):
            page.row_dimensions[row].hidden = True
        for letters in table.get("hidden_columns", []):
            page.column_dimensions[letters].hidden = True
        if table.get("hidden"):
            page.sheet_state = "hidden"
    book.save(path(folder, writer, one["name"], "xlsx"))


def write_xlwt(folder, one):
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    for table in one["sheets"]:
        page = book.add_sheet(table["name"])
        merged = {}
        for merge in table.get("merges", []):
            first, last = merge.split(":")
            (y1, x1), (y2, x2) = place(first), place(last)
            merged[(y1, x1)] = (y2, x2)
        inside = {(y, x) for (y1, x1), (y2, x2) in merged.items() for y in range(y1, y2 + 1) for x in range(x1, x2 + 1)}
        for y, row in enumerate(table["rows"]):
            for x, cell in enumerate(row):
                style = xlwt.easyxf(num_format_str=cell["f"]) if isinstance(cell, dict) and "f" in cell else xlwt.Style.default_style
                value = cell["n"] if isinstance(cell, dict) else cell
                if (y, x) in merged:
                    page.write_merge(y, merged[(y, x)][0], x, merged[(y, x)][1], value, style)
                elif value not in (None, "") and (y, x) not in inside:
                    page.write(y, x, value, style)
        for row in table.get("hidden_rows", []):
            page.row(row - 1).hidden = True
        for letters in table.get("hidden_columns", []):
            page.col(place(letters + "1")[1]).hidden = True
        page.visibility = 1 if table.get("hidden") else 0
    book.save(path(folder, "xlwt", one["name"], "xls"))


def place(name):
    letters = name.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(name[len(letters):]) - 1, column - 1


def write_libreoffice(folder, cases):
    """What openpyxl wrote, opened and saved again by LibreOffice: styles, strings and formulas are its own then."""
    drafts = os.path.join(folder, "drafts")
    for one in cases:
        write_openpyxl(folder, one, writer="drafts")
    out = os.path.join(folder, "libreoffice")
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{os.path.abspath(folder)}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", out]
        + sorted(os.path.join(drafts, name) for name in os.listdir(drafts)),
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300, env={**os.environ, "HOME": os.path.abspath(folder)})
    shutil.rmtree(drafts)
    shutil.rmtree(os.path.join(folder, "profile"), ignore_errors=True)


def has(module):
    try:
        __import__(module)
        return True
    except ImportError:
        return False


def main(folder):
    def wanted(writer):
        return [one for one in CASES if writer in one.get("only", [writer])]

    writers = ["csv", "gb18030"]
    for one in wanted("csv"):
        write_csv(folder, one, "csv", "utf-8-sig")
    for one in wanted("gb18030"):
        write_csv(folder, one, "gb18030", "gb18030")
    if has("openpyxl"):
        writers.append("openpyxl")
        for one in wanted("openpyxl"):
            write_openpyxl(folder, one)
    if has("xlwt"):
        writers.append("xlwt")
        for one in wanted("xlwt"):
            write_xlwt(folder, one)
    if has("openpyxl") and shutil.which("soffice"):
        writers.append("libreoffice")
        write_libreoffice(folder, wanted("libreoffice"))
    json.dump({"writers": writers, "cases": CASES}, sys.stdout)


main(sys.argv[1])
