"""Reasons for which a file is refused before anything in it is read (codes WB-001 to WB-099)."""

from __future__ import annotations

from .findings import rule
from .text import Text

_AGAIN = Text("请重新下载工作簿模板，填写后上传。", "Download the workbook again, fill it in and upload it.")

EMPTY = rule(
    "WB-001",
    "error",
    Text("文件为空", "Empty file"),
    Text("文件是空的。", "The file is empty."),
    Text("请检查文件是否保存完整，再上传。", "Check that the file was saved completely, then upload it."),
)
TOO_LARGE = rule(
    "WB-002",
    "error",
    Text("文件过大", "File too large"),
    Text("文件大小为{size} MB，上限是{limit} MB。", "The file has {size} MB; the limit is {limit} MB."),
    Text("请删去图片和不需要的工作表。", "Take out pictures and sheets that are not needed."),
)
NOT_A_WORKBOOK = rule(
    "WB-003",
    "error",
    Text("不是工作簿", "Not a workbook"),
    Text(
        "文件名以{extension}结尾，内容却不是Excel工作簿，像是{seen}。",
        "The name ends in {extension}, but the content is no Excel workbook; it looks like {seen}.",
    ),
    Text(
        "请在Excel、WPS或LibreOffice中打开，另存为“Excel工作簿（.xlsx）”。只改文件名不会改变格式。",
        "Open it in Excel, WPS or LibreOffice and save it as “Excel workbook (.xlsx)”. "
        "Renaming a file does not change its format.",
    ),
)
OLD_XLS = rule(
    "WB-004",
    "error",
    Text("旧版Excel格式", "Old Excel format"),
    Text("这是Excel 97–2003格式（.xls）的文件。", "This is a file in the Excel 97–2003 format (.xls)."),
    Text("请打开后另存为“Excel工作簿（.xlsx）”。", "Open it and save it as “Excel workbook (.xlsx)”."),
)
ENCRYPTED = rule(
    "WB-005",
    "error",
    Text("文件已加密", "Encrypted file"),
    Text("文件有打开密码，无法读取。", "The file needs a password to open and cannot be read."),
    Text("请取消密码后保存，再上传。", "Remove the password, save and upload again."),
)
DAMAGED = rule(
    "WB-006",
    "error",
    Text("文件已损坏", "Damaged file"),
    Text("文件已损坏，无法解开：{part}。", "The file is damaged and cannot be unpacked: {part}."),
    Text("请打开原文件重新保存，再上传。", "Open the original, save it again and upload it."),
)
NO_WORKBOOK_PART = rule(
    "WB-007",
    "error",
    Text("压缩包里没有工作簿", "No workbook inside"),
    Text("这是{seen}，不是Excel工作簿。", "This is {seen}, not an Excel workbook."),
    Text("请另存为“Excel工作簿（.xlsx）”再上传。", "Save it as “Excel workbook (.xlsx)” and upload that."),
)
ARCHIVE = rule(
    "WB-008",
    "error",
    Text("压缩结构异常", "Unusual archive"),
    Text("文件的内部结构异常：{part}。", "The inside of the file is unusual: {part}."),
    _AGAIN,
)
INFLATED = rule(
    "WB-009",
    "error",
    Text("解压后过大", "Too large once unpacked"),
    Text(
        "文件解压后超过{limit} MB（{part}）。",
        "Unpacked, the file is larger than {limit} MB ({part}).",
    ),
    Text("请删去不需要的内容后保存。", "Take out what is not needed and save."),
)
RATIO = rule(
    "WB-010",
    "error",
    Text("压缩比异常", "Unusual compression"),
    Text(
        "{part}的压缩比异常，可能是压缩炸弹。", "{part} is compressed far more than a real workbook would be."
    ),
    _AGAIN,
)
DTD = rule(
    "WB-011",
    "error",
    Text("含有DTD或实体", "DTD or entity inside"),
    Text(
        "{part}含有DTD或实体声明，工作簿不应有这些内容。",
        "{part} declares a DTD or an entity; a workbook has none.",
    ),
    _AGAIN,
)
MACROS = rule(
    "WB-012",
    "error",
    Text("含有宏", "Macros inside"),
    Text("文件含有宏（{part}）。", "The file contains macros ({part})."),
    Text(
        "请另存为不含宏的“Excel工作簿（.xlsx）”。",
        "Save it as “Excel workbook (.xlsx)”, which holds no macros.",
    ),
)
EXTERNAL = rule(
    "WB-013",
    "error",
    Text("含有外部链接", "External links inside"),
    Text("文件链接到其他文件（{part}）。", "The file links to other files ({part})."),
    Text(
        "在“数据 › 编辑链接”中断开链接，把公式粘贴为数值。",
        "Break the links under Data › Edit links, and paste the formulas as values.",
    ),
)
EMBEDDED = rule(
    "WB-014",
    "error",
    Text("含有嵌入对象", "Embedded objects"),
    Text("文件含有嵌入的对象或控件（{part}）。", "The file contains embedded objects or controls ({part})."),
    Text(
        "请删去嵌入的文件；凭证请作为附件上传。",
        "Delete the embedded files; upload vouchers as attachments instead.",
    ),
)
SHEETS = rule(
    "WB-015",
    "error",
    Text("工作表过多", "Too many sheets"),
    Text("文件有{count}张工作表，上限是{limit}张。", "The file has {count} sheets; the limit is {limit}."),
    Text("请删去模板以外的工作表。", "Delete the sheets that are not from the template."),
)
ROWS = rule(
    "WB-016",
    "error",
    Text("行数过多", "Too many rows"),
    Text("工作表的行数超过{limit}行（到{cell}）。", "The sheet has more than {limit} rows (up to {cell})."),
    Text(
        "请合并同类行，或删去表格下方的内容。",
        "Merge rows of one kind, or delete what stands below the table.",
    ),
)
COLUMNS = rule(
    "WB-017",
    "error",
    Text("单元格太远", "Cell too far out"),
    Text("{cell}有内容，超出{limit}列的上限。", "{cell} has content beyond the limit of {limit} columns."),
    Text("请删去表格右侧的内容。", "Delete what stands to the right of the table."),
)
CELLS = rule(
    "WB-018",
    "error",
    Text("单元格过多", "Too many cells"),
    Text("单元格超过{limit}个。", "There are more than {limit} cells."),
    Text("请合并同类行，或删去不需要的内容。", "Merge rows of one kind, or delete what is not needed."),
)
ENCODING = rule(
    "WB-019",
    "error",
    Text("编码异常", "Unusual encoding"),
    Text("{part}的文字编码不是UTF-8。", "{part} is not encoded as UTF-8."),
    Text(
        "请用Excel、WPS或LibreOffice打开，另存后上传。",
        "Open it in Excel, WPS or LibreOffice, save it and upload that.",
    ),
)
EXTENSION = rule(
    "WB-020",
    "error",
    Text("文件类型不接受", "File type not taken"),
    Text("不接受{extension}文件。", "{extension} files are not taken."),
    Text("请上传.xlsx工作簿，或单张表的.csv文件。", "Upload an .xlsx workbook, or a .csv file of one table."),
)
TIME = rule(
    "WB-021",
    "error",
    Text("读取超时", "Reading took too long"),
    Text("文件在规定的{limit}秒内没有读完。", "The file could not be read within {limit} seconds."),
    Text(
        "请删去不需要的工作表和格式，再上传。",
        "Take out sheets and formats that are not needed, then upload.",
    ),
)
MEMORY = rule(
    "WB-022",
    "error",
    Text("占用内存过多", "Too much memory needed"),
    Text("读取这个文件所需的内存超过上限。", "Reading this file needs more memory than is allowed."),
    Text(
        "请删去不需要的工作表和格式，再上传。",
        "Take out sheets and formats that are not needed, then upload.",
    ),
)
UNREADABLE = rule(
    "WB-023",
    "error",
    Text("无法读取", "Cannot be read"),
    Text(
        "文件不符合工作簿格式，无法读取（{part}）。",
        "The file does not follow the workbook format and cannot be read ({part}).",
    ),
    Text(
        "请用Excel、WPS或LibreOffice打开，另存后上传。",
        "Open it in Excel, WPS or LibreOffice, save it and upload that.",
    ),
)
CSV_TEXT = rule(
    "WB-024",
    "error",
    Text("CSV无法读取", "CSV cannot be read"),
    Text("CSV文件无法按文本读取：{part}。", "The CSV file cannot be read as text: {part}."),
    Text("请另存为“CSV UTF-8”。", "Save it as “CSV UTF-8”."),
)
CSV_TABLE = rule(
    "WB-025",
    "error",
    Text("认不出是哪张表", "Table not recognised"),
    Text(
        "CSV的第一行与模板的任何一张表都不符。",
        "The first row of the CSV fits none of the template's tables.",
    ),
    Text(
        "请保留模板的列名；一个CSV文件放一张表。",
        "Keep the template's column titles; one CSV file holds one table.",
    ),
)
CONNECTIONS = rule(
    "WB-026",
    "error",
    Text("含有数据连接", "Data connections inside"),
    Text("文件含有外部数据连接（{part}）。", "The file holds connections to outside data ({part})."),
    Text(
        "请在“数据 › 查询和连接”中删除连接。", "Delete the connections under Data › Queries and connections."
    ),
)
